/// Hue, saturation and value of a color, each from 0 to 1; hue is 0 for grays.
struct HSVColor {
  var hue: Double
  var saturation: Double
  var value: Double

  /// The color of red, green and blue, each from 0 to 1.
  init(red: Double, green: Double, blue: Double) {
    value = max(red, green, blue)
    let range = value - min(red, green, blue)
    guard range > 0 else {
      hue = 0
      saturation = 0
      return
    }
    saturation = range / value
    let sixths =
      if blue == value {
        4 + (red - green) / range
      } else if green == value {
        2 + (blue - red) / range
      } else {
        (green - blue) / range
      }
    let turns = sixths / 6
    hue = turns - turns.rounded(.down)
  }

  /// Red, green and blue, each from 0 to 1.
  var rgb: (red: Double, green: Double, blue: Double) {
    let sixth = (hue * 6).rounded(.down)
    let share = hue * 6 - sixth
    let low = value * (1 - saturation)
    let falling = value * (1 - share * saturation)
    let rising = value * (1 - (1 - share) * saturation)
    return switch Int(sixth) % 6 {
    case 0: (value, rising, low)
    case 1: (falling, value, low)
    case 2: (low, value, rising)
    case 3: (low, falling, value)
    case 4: (rising, low, value)
    default: (value, low, falling)
    }
  }
}

extension PixelImage {
  /// The image with each color changed in hue, saturation and value.
  func mapHSV(_ change: (inout HSVColor) -> Void) -> PixelImage {
    var values = unitValues(of: pixels)
    for index in stride(from: 0, to: values.count, by: 3) {
      var color = HSVColor(
        red: values[index], green: values[index + 1], blue: values[index + 2])
      change(&color)
      (values[index], values[index + 1], values[index + 2]) = color.rgb
    }
    return PixelImage(width: width, height: height, unitValues: values)
  }
}
