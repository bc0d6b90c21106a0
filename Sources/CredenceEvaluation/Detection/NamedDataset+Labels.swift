extension NamedDataset {
  /// The same images without labels: outliers have none of a network's classes.
  public func withoutLabels() -> NamedDataset {
    NamedDataset(UnlabeledDataset(images), name: name, split: split, shift: shift)
  }
}
