using System.Globalization;
using System.Text.RegularExpressions;

namespace SidecarAspire.Hosting.Validation;

/// <summary>An amount as Kubernetes writes it: <c>250m</c>, <c>0.5</c>, <c>128Mi</c>, <c>1e9</c>.</summary>
internal static partial class Quantity
{
    private static readonly Dictionary<string, double> s_units = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["n"] = 1e-9, ["u"] = 1e-6, ["m"] = 1e-3, ["k"] = 1e3, ["M"] = 1e6, ["G"] = 1e9, ["T"] = 1e12, ["P"] = 1e15, ["E"] = 1e18,
        ["Ki"] = Math.Pow(2, 10), ["Mi"] = Math.Pow(2, 20), ["Gi"] = Math.Pow(2, 30), ["Ti"] = Math.Pow(2, 40), ["Pi"] = Math.Pow(2, 50), ["Ei"] = Math.Pow(2, 60),
    };

    /// <summary>Reads an amount.</summary>
    /// <param name="text">The amount.</param>
    /// <returns>What it is in cores or bytes; null when it is not an amount above zero.</returns>
    public static double? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var number = double.Parse(match.Groups["number"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);
        var amount = number * s_units[match.Groups["unit"].Value];
        return amount > 0 && double.IsFinite(amount) ? amount : null;
    }

    [GeneratedRegex(@"\A(?<number>([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)(?<unit>(?<![eE][+-]?[0-9]+)([KMGTPE]i|[numkMGTPE])|)\z")]
    private static partial Regex Pattern();
}
