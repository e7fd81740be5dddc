package io.streamweir.bench.gateway;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.streamweir.bench.engine.Machine;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The memory of a gateway that runs in a process of its own on this machine. */
final class GatewayProcess implements AutoCloseable {

  private final long pid;
  private final JMXConnector connector;
  private final MemoryMXBean memory;
  private final BufferPoolMXBean direct;

  /**
   * What it holds, bytes.
   *
   * @param heap what is reachable, after a collection
   * @param direct buffers outside of the heap
   * @param resident of the whole process
   */
  record Memory(long heap, long direct, long resident) {}

  GatewayProcess(long pid) throws IOException {
    this.pid = pid;
    this.connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(pid)));
    MBeanServerConnection beans = connector.getMBeanServerConnection();
    this.memory = ManagementFactory.getPlatformMXBean(beans, MemoryMXBean.class);
    this.direct =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, "java.nio:type=BufferPool,name=direct", BufferPoolMXBean.class);
  }

  private static String agent(long pid) throws IOException {
    try {
      var machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("Process " + pid + " is no JVM that can be looked into", e);
    }
  }

  /** Collects garbage first, which takes some milliseconds. */
  Memory reachable() throws IOException {
    memory.gc();
    return new Memory(
        memory.getHeapMemoryUsage().getUsed(), direct.getMemoryUsed(), residentBytes());
  }

  long residentBytes() throws IOException {
    return Machine.residentBytes(pid);
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
