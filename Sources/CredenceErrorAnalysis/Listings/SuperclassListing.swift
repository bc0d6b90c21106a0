/// The members of every superclass, as the publication prints them.
public enum SuperclassListing {
  /// The published `superclasses.txt`: the members of each definition, then the classes that are in none.
  public static func text(_ superclasses: Superclasses, classes: ClassList) -> String {
    sections(superclasses).map { name, members in
      let lines = members.map { index in
        "\(classes.ids[Int(index)]) \(classes.descriptions[Int(index)])\n"
      }
      return "\(name ?? "no superclass"): \(members.count) wnet classes\n" + lines.joined()
    }.joined(separator: "\n")
  }

  /// Items of a LaTeX list, each with its members in two columns.
  public static func latex(_ superclasses: Superclasses, classes: ClassList) -> String {
    sections(superclasses).map { name, members in
      let title = name?.replacing("_", with: "\\_") ?? "Without a superclass"
      var text = "\\item \\textbf{\\texttt{\(title)}} -- \(members.count) classes: \n\n"
      text += "\\begin{tabular}{p{0.5\\linewidth}p{0.5\\linewidth}}\n"
      let cells = members.map { index in
        "\\inc{(\(classes.ids[Int(index)]), \(classes.firstName(of: index)))}"
      }
      for start in stride(from: 0, to: cells.count, by: 2) {
        let right = start + 1 < cells.count ? cells[start + 1] : ""
        text += "\(cells[start]) & \(right)\\\\\n"
      }
      return text + "\\end{tabular}\n"
    }.joined()
  }

  /// The definitions in their order, and the classes of their own under no name.
  private static func sections(
    _ superclasses: Superclasses
  ) -> [(name: String?, members: [Int32])] {
    let defined = superclasses.definedCount
    var sections: [(name: String?, members: [Int32])] = (0..<defined).map {
      (superclasses.names[$0], superclasses.members[$0])
    }
    sections.append((nil, superclasses.members[defined...].flatMap { $0 }.sorted()))
    return sections
  }
}
