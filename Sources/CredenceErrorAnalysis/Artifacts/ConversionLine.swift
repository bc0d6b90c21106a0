import Foundation

/// The command that turns a published table of classified mistakes into one that Credence reads.
///
/// The published tables are pickles of pandas, whose layout differs from version to version; only pandas itself reads all of them.
enum ConversionLine {
  /// The line for a file.
  static func text(_ file: String) -> String {
    let code =
      "import pandas,sys; pandas.read_pickle(sys.argv[1])"
      + "[[\"img_rel_path\",\"top1\",\"error_types\"]]"
      + ".to_json(sys.argv[2],orient=\"records\",lines=True)"
    let target =
      file.hasSuffix(".pkl") ? String(file.dropLast(4)) + ".jsonl" : "errors_analysis.jsonl"
    return "python -c '\(code)' '\(file)' '\(target)'"
  }
}
