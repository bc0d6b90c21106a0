import CredenceErrorAnalysis
import Testing

@Suite struct PythonTextTests {
  @Test(arguments: [
    ([], "[]"), (["Distillation"], "['Distillation']"),
    (["It\"s", "O'K", "a\\b\n"], #"['It"s', "O'K", 'a\\b\n']"#),
  ])
  func `lists are written in Python's quotes and read back`(texts: [String], list: String) {
    #expect(PythonText.list(texts) == list)
    #expect(PythonText.texts(list) == texts)
  }

  @Test(arguments: ["", "[", "['a'", "['a' 'b']", "[a]", "['a',]", "['a']]", #"['a\"#])
  func `anything else is no list`(text: String) { #expect(PythonText.texts(text) == nil) }
}
