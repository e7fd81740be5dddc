/**
 * High availability of Flink's JobManager on one machine, without ZooKeeper or Kubernetes: what its
 * successor must know is in files, and a lock of the operating system decides who leads.
 */
package io.streamweir.flink.ha;
