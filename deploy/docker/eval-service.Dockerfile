# syntax=docker/dockerfile:1
# Scoring and prediction. Build the program first, then the image from its folder:
#   mvn -B -DskipTests package
#   docker build -t crvqa/eval-service:0.1.0 -f deploy/docker/eval-service.Dockerfile eval-service/target/quarkus-app
# For a GPU, over an image that holds torch 2.7.1 for CUDA 12.8 (deploy/README.md tells of the other way, LIBTORCH=djl):
#   docker build -t crvqa/eval-service:0.1.0-gpu -f deploy/docker/eval-service.Dockerfile --build-arg DEVICE=gpu \
#     eval-service/target/quarkus-app

ARG JAVA_IMAGE=eclipse-temurin:17-jre
ARG BASE=pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime
ARG CUDA_IMAGE=nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
ARG LIBTORCH=image
ARG DEVICE=cpu

FROM ${JAVA_IMAGE} AS java

FROM java AS runtime-cpu

# torch as pip installed it. Its libraries find those of CUDA by their own place in the file system: they stay there.
FROM ${BASE} AS gpu-libraries-image
# A folder, not a link to one, behind which the tensor engine would not look.
ARG TORCH_LIB=/opt/conda/lib/python3.11/site-packages/torch/lib
ENV PYTORCH_LIBRARY_PATH=${TORCH_LIB}
# Another version ends a worker at its first call, so it ends the build here.
RUN grep -q "^__version__ = '2\.7\.1[+']" "$PYTORCH_LIBRARY_PATH/../version.py" \
    || { echo "BASE holds no torch 2.7.1 around $PYTORCH_LIBRARY_PATH; name its torch/lib with TORCH_LIB" >&2; exit 1; }

# Replaced by --build-context libtorch=DIR; empty, and unused, in other builds.
FROM scratch AS libtorch

# The libraries that DJL publishes for CUDA.
FROM ${CUDA_IMAGE} AS gpu-libraries-djl
COPY --from=libtorch / /opt/libtorch/
ENV PYTORCH_LIBRARY_PATH=/opt/libtorch \
    LD_LIBRARY_PATH=/opt/libtorch:${LD_LIBRARY_PATH}

FROM gpu-libraries-${LIBTORCH} AS runtime-gpu
USER root
# Java looks for the CUDA runtime under its name without a version, which images for running programs do not have.
RUN set -eu; \
    [ -f "$PYTORCH_LIBRARY_PATH/libtorch_cuda.so" ] \
      || { echo "There is no CUDA build of libtorch in $PYTORCH_LIBRARY_PATH" >&2; exit 1; }; \
    cudart=$(find "$PYTORCH_LIBRARY_PATH" "$PYTORCH_LIBRARY_PATH/../../nvidia" /usr/local /opt \
      -name 'libcudart*.so.12*' -print -quit 2>/dev/null || true); \
    [ -n "$cudart" ] || { echo "There is no CUDA 12 runtime (libcudart.so.12) in the image" >&2; exit 1; }; \
    ln -sf "$(realpath "$cudart")" /usr/local/lib/libcudart.so; \
    ldconfig
COPY --from=java /opt/java/openjdk /opt/java/openjdk
# DJL's native part fits this version and flavour only; the files left out are torch's own tests. The two settings of CUDA:
# the same bytes from the same input, and less memory lost to fragments.
ENV JAVA_HOME=/opt/java/openjdk \
    PATH=/opt/java/openjdk/bin:${PATH} \
    PYTORCH_VERSION=2.7.1 \
    PYTORCH_FLAVOR=cu128 \
    PYTORCH_LIBRARY_EXCLUSION=libaoti_custom_ops.so,libbackend_with_compiler.so,libc10d_cuda_test.so,libjitbackend_test.so,libshm.so,libtorchbind_test.so \
    CUBLAS_WORKSPACE_CONFIG=:4096:8 \
    PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    CRVQA_DEVICE=gpu:0

FROM runtime-${DEVICE}
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
    DJL_CACHE_DIR=/cache/djl \
    CRVQA_GRPC_PORT=9103 \
    CRVQA_HTTP_PORT=8103
USER 10001:10001
WORKDIR /cache
EXPOSE 9103 8103
# Tensors live outside the Java heap, so the heap gets a part of the memory only. Health is probed from outside.
# A process whose heap is exhausted ends, and leaves a report in the working directory that says so.
ENTRYPOINT ["sh", "/app/run-service.sh", "java", "-XX:MaxRAMPercentage=35", "-XX:+CrashOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash", "--enable-native-access=ALL-UNNAMED", "-jar", "/app/quarkus-run.jar"]
