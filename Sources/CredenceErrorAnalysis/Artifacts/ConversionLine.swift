/// The command that turns a table of classified mistakes, which only pandas can read, into one that Credence reads.
enum ConversionLine {
  /// The line for a file.
  static func text(_ file: String) -> String {
    "python -c 'import pandas,sys; pandas.read_pickle(sys.argv[1]).to_json(sys.argv[2], orient=\"records\", lines=True)' '\(file)' errors_analysis.jsonl"
  }
}
