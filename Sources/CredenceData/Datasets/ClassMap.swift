import Foundation

/// The numbers of classes, read from a file.
///
/// Either a JSON object of names and numbers in either direction, a JSON array of names, a table with the columns name and number, or a
/// text with one name a line, numbered from 0.
struct ClassMap: Sendable {
  /// The classes' names in the order of their numbers; numbers without a name have an empty one.
  let names: [String]
  private let numbers: [String: Int]
  private let path: String

  /// Classes numbered in the order of their names.
  init(names: [String]) {
    self.names = names
    numbers = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    path = "the list of classes"
  }

  /// Reads a file.
  ///
  /// - Throws: `DatasetError.unreadable` or `badLabels`.
  init(path: String) throws(DatasetError) {
    let data = try FileContent.bytes(of: path)
    func problem(_ text: String) -> DatasetError { .badLabels(file: path, problem: text) }
    var numbers: [String: Int] = [:]
    if let first = data.first(where: { !" \t\r\n".utf8.contains($0) }), "{[".utf8.contains(first) {
      switch try? JSONSerialization.jsonObject(with: data) {
      case let list as [String]:
        for (index, name) in list.enumerated() { numbers[name] = index }
      case let object as [String: Int]: numbers = object
      case let object as [String: String]:
        for (key, name) in object {
          guard let number = Int(key) else { throw problem("‘\(key)’ is no class number") }
          numbers[name] = number
        }
      case let object as [String: [String]]:
        // Keras' class index: number → [WordNet id, name].
        for (key, entry) in object {
          guard let number = Int(key), let name = entry.first else {
            throw problem("‘\(key)’ is no class number")
          }
          numbers[name] = number
        }
      default: throw problem("it is no JSON object of names and numbers")
      }
    } else {
      let table = try LabelTable(data, file: path)
      for (row, fields) in table.rows.enumerated() {
        if fields.count >= 2, let number = Int(fields[1]) {
          numbers[fields[0]] = number
        } else if fields.count >= 2, let number = Int(fields[0]) {
          numbers[fields[1]] = number
        } else if fields.count == 2, row == 0 {
          continue
        } else {
          numbers[table.lines[row]] = row
        }
      }
    }
    let largest = numbers.values.max() ?? -1
    guard !numbers.isEmpty, largest < 1_000_000, numbers.values.allSatisfy({ $0 >= 0 }) else {
      throw problem("it names no classes with numbers from 0")
    }
    var names = [String](repeating: "", count: largest + 1)
    for (name, number) in numbers { names[number] = name }
    self.names = names
    self.numbers = numbers
    self.path = path
  }

  /// The numbers of classes given by name.
  ///
  /// - Throws: `DatasetError.badLabels` for a name that the file lacks.
  func numbers(of classes: [String]) throws(DatasetError) -> [Int?] {
    var result: [Int?] = []
    result.reserveCapacity(classes.count)
    for name in classes {
      guard let number = numbers[name] else {
        throw .badLabels(file: path, problem: "it has no class ‘\(name)’")
      }
      result.append(number)
    }
    return result
  }
}
