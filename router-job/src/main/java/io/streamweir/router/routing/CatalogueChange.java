package io.streamweir.router.routing;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * News about a deployment.
 *
 * <p>A mutable bean only because Flink's fast serializer asks for one; nobody changes it once made.
 */
public class CatalogueChange {

  public static final TypeInformation<CatalogueChange> TYPE = Types.POJO(CatalogueChange.class);

  public String name;

  /** The deployment in this program's version of the schema; null if it is gone. */
  public byte[] deployment;

  /** For Flink. */
  public CatalogueChange() {}

  CatalogueChange(String name, byte[] deployment) {
    this.name = name;
    this.deployment = deployment;
  }
}
