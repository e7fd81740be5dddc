# Two images of one build: "flink" (JobManager, TaskManager) and "tools" (gateway, launcher).
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -q -B -DskipTests -pl flink-conf,router-job,inference-job,sinks,local -am package

FROM eclipse-temurin:17-jre AS flink
COPY --from=build /src/flink-conf /opt/streamweir/flink-conf
COPY --from=build /src/models/support-intents /opt/streamweir/models/support-intents
ENV DJL_CACHE_DIR=/var/cache/streamweir
ENTRYPOINT ["/opt/streamweir/flink-conf/start.sh"]

FROM eclipse-temurin:17-jre AS tools
COPY --from=build /src/models/support-intents /opt/streamweir/models/support-intents
COPY --from=build /src/local/target/lib /opt/streamweir/local/target/lib
COPY --from=build /src/local/target/*.jar /opt/streamweir/local/target/
COPY --from=build /src/router-job/target/*.jar /opt/streamweir/router-job/target/
COPY --from=build /src/inference-job/target/*.jar /opt/streamweir/inference-job/target/
ENV CLASSPATH=/opt/streamweir/local/target/*:/opt/streamweir/local/target/lib/*
