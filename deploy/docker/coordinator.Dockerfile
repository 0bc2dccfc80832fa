# syntax=docker/dockerfile:1
# Plan, dispatch, reports. Build the program first, then the image from its folder:
#   mvn -B -DskipTests package
#   docker build -t crvqa/coordinator:0.1.0 -f deploy/docker/coordinator.Dockerfile coordinator/target/quarkus-app

ARG JAVA_IMAGE=eclipse-temurin:17-jre

FROM ${JAVA_IMAGE}
# Libraries change least and go first, so that a rebuild ships only the small layers after them.
COPY lib/ /app/lib/
COPY quarkus-run.jar /app/
COPY app/ /app/app/
COPY quarkus/ /app/quarkus/
COPY run-service.sh /app/
# The root file system may be read-only: the only places written to are /cache and /tmp.
RUN mkdir -p /cache && chown 10001:10001 /cache
VOLUME ["/cache", "/tmp"]
ENV CRVQA_CACHE=/cache \
    CRVQA_GRPC_PORT=9100 \
    CRVQA_HTTP_PORT=8100
USER 10001:10001
WORKDIR /cache
EXPOSE 9100 8100
# Health is probed from outside.
# A process whose heap is exhausted ends, and leaves a report in the working directory that says so.
ENTRYPOINT ["sh", "/app/run-service.sh", "java", "-XX:MaxRAMPercentage=70", "-XX:+CrashOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "-jar", "/app/quarkus-run.jar"]
