using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>Reads YAML as Kubernetes does.</summary>
internal static partial class YamlObjects
{
    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<JsonObject> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonObject>()];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Select(field => KeyValuePair.Create(((YamlScalarNode)field.Key).Value!, Convert(field.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } => Plain(text ?? string.Empty),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"A {node.GetType().Name} has no place here."),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        _ when True().IsMatch(text) => JsonValue.Create(true),
        _ when False().IsMatch(text) => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ when Number().IsMatch(text) => JsonValue.Create(double.NegativeZero),
        _ => JsonValue.Create(text),
    };

    // YAML 1.1 has more words and numbers than JSON.
    [GeneratedRegex("^(true|yes|on|y)$", RegexOptions.IgnoreCase)]
    private static partial Regex True();

    [GeneratedRegex("^(false|no|off|n)$", RegexOptions.IgnoreCase)]
    private static partial Regex False();

    [GeneratedRegex("""
        ^([-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*)
        |[-+]?([0-9][0-9_]*)?\.?[0-9_]*(e[-+]?[0-9]+)?
        |[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
        |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*
        |[-+]?\.inf|\.nan|=|<<)$
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Number();
}
