package io.streamweir.local.chaos;

import java.util.Locale;
import java.util.Random;

/** What can happen beside the harm to a process. */
enum OtherFault implements Fault {
  /** An engine ends with an exception. */
  ENGINE_EXCEPTION {
    @Override
    public void inflict(ChaosStack stack, Random random) {
      stack.orderEngineFault("exception");
    }
  },
  /** A step of an engine does not end. */
  ENGINE_HANG {
    @Override
    public void inflict(ChaosStack stack, Random random) {
      stack.orderEngineFault("hang");
    }
  },
  /** The broker cannot write any more, and ends; there is room again when it comes back. */
  DISK_FULL {
    @Override
    public void inflict(ChaosStack stack, Random random) {
      stack.fillDiskOfBroker();
    }
  },
  /** The inference job is stopped with a savepoint and goes on with another parallelism. */
  RESCALE {
    @Override
    public void inflict(ChaosStack stack, Random random) {
      stack.rescale(random);
    }
  },
  /** The router is stopped with a savepoint and started again, as for an upgrade. */
  UPGRADE_ROUTER {
    @Override
    public void inflict(ChaosStack stack, Random random) {
      stack.upgradeRouter();
    }
  };

  @Override
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
