# syntax=docker/dockerfile:1
# Stages 1 and 3: fine-tuning. Build the program first, then the image from its folder:
#   mvn -B -DskipTests package
#   docker build -t crvqa/trainer-service:0.1.0 -f deploy/docker/trainer-service.Dockerfile trainer-service/target/quarkus-app
# On a GPU (see deploy/README.md for where the libtorch folder comes from):
#   docker build -t crvqa/trainer-service:0.1.0-gpu -f deploy/docker/trainer-service.Dockerfile \
#     --build-arg DEVICE=gpu --build-context libtorch=DIR trainer-service/target/quarkus-app

ARG JAVA_IMAGE=eclipse-temurin:17-jre
ARG CUDA_IMAGE=nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
ARG DEVICE=cpu

FROM ${JAVA_IMAGE} AS java

FROM java AS runtime-cpu

# Replaced by --build-context libtorch=DIR; empty, and unused, in a CPU build.
FROM scratch AS libtorch

FROM ${CUDA_IMAGE} AS runtime-gpu
COPY --from=java /opt/java/openjdk /opt/java/openjdk
COPY --from=libtorch / /opt/libtorch/
# DJL takes these libraries instead of the CPU ones in the program's jars.
ENV JAVA_HOME=/opt/java/openjdk \
    PATH=/opt/java/openjdk/bin:${PATH} \
    LD_LIBRARY_PATH=/opt/libtorch:${LD_LIBRARY_PATH} \
    PYTORCH_LIBRARY_PATH=/opt/libtorch \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cu128 \
    CRVQA_DEVICE=gpu:0

FROM runtime-${DEVICE}
# Libraries change least and go first, so that a rebuild ships only the small layers after them.
COPY lib/ /app/lib/
COPY quarkus-run.jar /app/
COPY app/ /app/app/
COPY quarkus/ /app/quarkus/
# The root file system may be read-only: the only places written to are /cache and /tmp.
RUN mkdir -p /cache && chown 10001:10001 /cache
VOLUME ["/cache", "/tmp"]
ENV CRVQA_CACHE=/cache \
    DJL_CACHE_DIR=/cache/djl \
    CRVQA_GRPC_PORT=9101 \
    CRVQA_HTTP_PORT=8101
USER 10001:10001
WORKDIR /cache
EXPOSE 9101 8101
# Tensors live outside the Java heap, so the heap gets a part of the memory only. Health is probed from outside.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=35", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "-jar", "/app/quarkus-run.jar"]
