public import CredenceErrorAnalysis

extension ContactSheet {
  /// The images of one kind of mistakes that one model makes, or that most models share.
  ///
  /// - Parameters:
  ///   - type: The kind.
  ///   - samples: The images.
  ///   - classes: The classes' names.
  ///   - tables: One model's table, or all.
  ///   - limit: The most images.
  /// - Returns: A sheet; without images where there is no such mistake.
  /// - Throws: What counting on several cores throws.
  public static func mistakes(
    _ type: ErrorType, samples: AnnotatedSamples, classes: ClassList, tables: [ErrorTable],
    limit: Int
  ) throws -> Self {
    let words = SheetWords(samples: samples, classes: classes)
    let shared = try ErrorTable.sharedMistakes(type, in: tables, except: samples.isProblematic)
    let single = tables.count == 1 ? tables.first?.model.folder : nil
    // The same image counts once, with its most frequent answer.
    var seen = Set<Int>()
    let distinct = shared.filter { seen.insert($0.row).inserted }
    let items = distinct.prefix(limit).map { mistake in
      Item(
        name: samples.files[mistake.row],
        lines: words.lines(mistake.row) + [
          "Predicted: \(words.name(mistake.prediction))"
            + (single == nil
              ? " (\(NumberText.count(mistake.count, "model")) of \(NumberText.count(tables.count)))"
              : "")
        ])
    }
    return Self(
      title: single.map { "\(type.title): \($0)" } ?? "\(type.title): mistakes that models share",
      facts: [
        samples.dataset, NumberText.count(distinct.count, "image"),
        items.count < distinct.count ? "the first \(NumberText.count(items.count))" : "",
      ].filter { !$0.isEmpty }.joined(separator: " · "),
      answer: [type.explanation], sections: [Section(title: type.title, items: items)])
  }

  /// Images by name, with what models say of each.
  ///
  /// - Throws: `ErrorFigureError.unknownName` for a name that is no sample.
  public static func samples(
    _ names: [String], samples: AnnotatedSamples, classes: ClassList, tables: [ErrorTable]
  ) throws(ErrorFigureError) -> Self {
    let words = SheetWords(samples: samples, classes: classes)
    var rows: [String: Int] = [:]
    for (row, file) in samples.files.enumerated() {
      rows[file] = row
      let base = file.split(separator: "/").last.map(String.init) ?? file
      if rows[base] == nil { rows[base] = row }
    }
    var items: [Item] = []
    for name in names {
      guard let row = rows[name] else {
        throw .unknownName(name, option: "The image", known: ["the annotated samples"])
      }
      items.append(
        Item(name: samples.files[row], lines: words.lines(row) + words.answers(row, tables)))
    }
    return Self(
      title: names.count == 1 ? names[0] : "\(NumberText.count(names.count)) images",
      facts: samples.dataset, sections: [Section(title: "Images", items: items)])
  }

  /// A class: its name, images whose label it is, and training images where their folder is known.
  ///
  /// - Parameters:
  ///   - index: The class's number.
  ///   - samples: The images.
  ///   - classes: The classes' names.
  ///   - tables: What models say; may be none.
  ///   - training: The folder of training images, with a folder for each class.
  ///   - limit: The most images of each section.
  /// - Returns: A sheet of one to three sections.
  /// - Throws: `ErrorFigureError.unsafeImageName` for an identifier that is no name of a folder.
  public static func sheet(
    ofClass index: Int, samples: AnnotatedSamples, classes: ClassList, tables: [ErrorTable],
    training: ImageFolder?, limit: Int
  ) throws(ErrorFigureError) -> Self {
    let words = SheetWords(samples: samples, classes: classes)
    let rows = (0..<samples.count).filter { Int(samples.targets[$0]) == index }
    let others = (0..<samples.count).filter { row in
      Int(samples.targets[row]) != index && samples.labels[row].contains(Int32(index))
    }
    func items(_ rows: [Int]) -> [Item] {
      rows.prefix(limit).map { row in
        Item(name: samples.files[row], lines: words.lines(row) + words.answers(row, tables))
      }
    }
    var sections = [Section(title: "Evaluated images", items: items(rows))]
    if !others.isEmpty {
      sections.append(
        Section(title: "Images of other labels that show it too", items: items(others)))
    }
    if let training {
      sections.append(
        Section(
          title: "Training images",
          items: try training.names(in: classes.ids[index], limit: limit).map {
            Item(name: $0, lines: [], folder: training)
          }))
    }
    return Self(
      title: "\(index), \(classes.ids[index]): \(classes.descriptions[index])",
      facts: "\(samples.dataset) · \(NumberText.count(rows.count, "image"))", sections: sections)
  }
}

/// What sheets say of images.
private struct SheetWords {
  let samples: AnnotatedSamples
  let classes: ClassList

  func name(_ index: Int) -> String {
    classes.ids.indices.contains(index) ? classes.firstName(of: Int32(index)) : "class \(index)"
  }

  func lines(_ row: Int) -> [String] {
    let target = Int(samples.targets[row])
    let labels = samples.labels[row].map { name(Int($0)) }
    var lines = ["Label: \(name(target))"]
    if labels != [name(target)] {
      lines.append("Correct: \(labels.isEmpty ? "none" : labels.joined(separator: ", "))")
    }
    if samples.isProblematic[row] { lines.append("Its labels are in dispute.") }
    return lines
  }

  /// The most frequent answers that are not simply correct.
  func answers(_ row: Int, _ tables: [ErrorTable]) -> [String] {
    guard !tables.isEmpty else { return [] }
    var counts: [[Int]: Int] = [:]
    for table in tables {
      let type = table.outcomes[row].type
      guard type != .correct else { continue }
      counts[[Int(table.predictions[row]), Int(type.rawValue)], default: 0] += 1
    }
    let wrong = counts.values.reduce(0, +)
    let sorted = counts.sorted { ($1.value, $0.key[0]) < ($0.value, $1.key[0]) }
    return ["\(NumberText.count(wrong)) of \(NumberText.count(tables.count, "model")) wrong"]
      + sorted.prefix(3).map { key, count in
        let type = ErrorType(rawValue: UInt8(key[1])) ?? .notClassified
        return "\(name(key[0])): \(type.title)" + (tables.count > 1 ? " × \(count)" : "")
      }
  }
}

extension ErrorType {
  /// What the kind means, in one sentence.
  var explanation: String {
    switch self {
    case .correct: "The prediction is the label."
    case .correctCollapsedMapping: "The predicted class overlaps with the label's class."
    case .correctMultiLabel: "The prediction is another correct label of the image."
    case .sameSuperclass: "The prediction is much like a correct label."
    case .similarToTarget: "The label is not correct, and the prediction is much like it."
    case .commonCoOccurrencesWithTarget:
      "The label is not correct, and the prediction often occurs with it."
    case .outOfVocabulary:
      "The image shows something like the prediction for which there is no class."
    case .commonCoOccurrences: "The prediction often stands beside the correct class."
    case .nonPrototypical: "Experts call the image untypical of its class."
    case .notClassified: "Nothing explains the mistake."
    }
  }
}
