package io.streamweir.flink.ha;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.persistence.IntegerResourceVersion;
import org.apache.flink.runtime.persistence.StateHandleStore;
import org.apache.flink.runtime.state.RetrievableStateHandle;
import org.apache.flink.runtime.state.RetrievableStreamStateHandle;
import org.apache.flink.util.InstantiationUtil;

/**
 * Serialized objects by name, a file each. There is one writer, the leader, so the locks that
 * Flink's interface speaks of have nothing to do here.
 */
final class FileStateHandleStore<T extends Serializable>
    implements StateHandleStore<T, IntegerResourceVersion> {

  private final Path directory;

  FileStateHandleStore(Path directory) {
    this.directory = directory;
  }

  @Override
  public RetrievableStateHandle<T> addAndLock(String name, T state) throws Exception {
    if (exists(name).isExisting()) {
      throw new AlreadyExistException(directory.resolve(name) + " exists already");
    }
    write(name, state);
    return handle(name);
  }

  @Override
  public void replace(String name, IntegerResourceVersion version, T state) throws Exception {
    handle(name);
    write(name, state);
  }

  @Override
  public IntegerResourceVersion exists(String name) {
    return DurableFile.isWhole(directory.resolve(name))
        ? IntegerResourceVersion.valueOf(0)
        : IntegerResourceVersion.notExisting();
  }

  @Override
  public RetrievableStateHandle<T> getAndLock(String name) throws Exception {
    return handle(name);
  }

  @Override
  public List<Tuple2<RetrievableStateHandle<T>, String>> getAllAndLock() throws Exception {
    var all = new ArrayList<Tuple2<RetrievableStateHandle<T>, String>>();
    for (var name : getAllHandles()) {
      all.add(Tuple2.of(handle(name), name));
    }
    return all;
  }

  /** In the order of their names. */
  @Override
  public List<String> getAllHandles() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files
          .filter(DurableFile::isWhole)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public boolean releaseAndTryRemove(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
    return true;
  }

  @Override
  public void clearEntries() throws IOException {
    for (var name : getAllHandles()) {
      releaseAndTryRemove(name);
    }
  }

  @Override
  public void release(String name) {
    // nothing is locked
  }

  @Override
  public void releaseAll() {
    // nothing is locked
  }

  private void write(String name, T state) throws IOException {
    DurableFile.write(directory.resolve(name), InstantiationUtil.serializeObject(state));
  }

  private RetrievableStateHandle<T> handle(String name) throws Exception {
    var file = directory.resolve(name);
    if (!exists(name).isExisting()) {
      throw new NotExistException(file + " does not exist");
    }
    return new RetrievableStreamStateHandle<>(
        new org.apache.flink.core.fs.Path(file.toUri()), Files.size(file));
  }
}
