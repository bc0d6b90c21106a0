/// The version of Credence, as `credence --version` prints it and reports name it.
public enum ProgramVersion {
  public static let current = "0.1.0"
}
