/// The rules, in the order in which they are asked: from harmless to severe.
public enum RuleCatalog {
  public static let all: [any ErrorRule] = [
    NoLabels(), OriginalLabel(), OverlappingClasses(), OtherLabel(), FineGrained(),
    SimilarToWrongLabel(), OccursWithWrongLabel(), OutOfVocabulary(), SpuriousCorrelation(),
    NonPrototypical(), ModelFailure(),
  ]
}
