package import Foundation

extension NPY {
  /// What stands before the numbers of a file: version 1.0 of the format, padded to 64 bytes.
  package static func headerBytes(shape: [Int], element: StoredArray.Element) -> Data {
    let description =
      if case .text(let length) = element {
        "<U\(length)"
      } else {
        (element.size == 1 ? "|" : "<") + (StoredArray.Element.numpyNames[element] ?? "")
      }
    let sizes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(description)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let length = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - length % 64) % 64) + "\n"
    var header = Data(NPY.Header.magic + [1, 0])
    withUnsafeBytes(of: UInt16(text.utf8.count).littleEndian) { header.append(contentsOf: $0) }
    header.append(contentsOf: text.utf8)
    return header
  }
}
