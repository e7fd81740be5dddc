package io.streamweir.models.training;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module as PyTorch saves it, made from source text alone: an uncompressed zip with
 * the source of one class {@code M} and a pickle that says the module is an {@code M} whose only
 * attribute is {@code training = False}.
 */
final class TorchScriptArchive {
  private static final byte[] MODULE_PICKLE = {
    (byte) 0x80,
    2, // protocol 2
    'c',
    '_',
    '_',
    't',
    'o',
    'r',
    'c',
    'h',
    '_',
    '_',
    '\n',
    'M',
    '\n', // the class
    ')',
    (byte) 0x81, // instance without arguments
    '}',
    '(',
    'X',
    8,
    0,
    0,
    0,
    't',
    'r',
    'a',
    'i',
    'n',
    'i',
    'n',
    'g',
    (byte) 0x89,
    'u',
    'b',
    '.'
  };
  private static final byte[] EMPTY_TUPLE_PICKLE = {(byte) 0x80, 2, ')', '.'};

  private TorchScriptArchive() {}

  /** The archive of a module with the given methods, each indented by two blanks. */
  static byte[] of(String methods) {
    String source =
        """
        class M(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
        """
            + methods.stripTrailing()
            + "\n";
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      store(zip, "m/data.pkl", MODULE_PICKLE);
      store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", EMPTY_TUPLE_PICKLE);
      store(zip, "m/version", new byte[] {'3', '\n'});
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a zip into memory", e);
    }
    return archive.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
