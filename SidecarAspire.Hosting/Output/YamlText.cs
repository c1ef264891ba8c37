using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SidecarAspire.Hosting.Output;

/// <summary>Writes trees as YAML: the same tree gives the same bytes.</summary>
internal static partial class YamlText
{
    // YAML 1.1, which Kubernetes reads, takes all of these for something other than text.
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "yes", "no", "on", "off", "y", "n", "null" };
    private static readonly EmitterSettings s_settings = new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024)
        .WithIndentedSequences();

    /// <summary>A document.</summary>
    /// <param name="tree">What it says.</param>
    /// <param name="comments">What is written above a field, by its path.</param>
    /// <returns>Its text, with a line break at the end.</returns>
    public static string Of(JsonNode tree, IReadOnlyDictionary<string, string>? comments = null)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(writer, s_settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, tree, string.Empty, comments);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    private static void Emit(Emitter emitter, JsonNode? node, string path, IReadOnlyDictionary<string, string>? comments)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, mapping.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in mapping)
                {
                    var field = path.Length == 0 ? key : $"{path}.{key}";
                    if (comments?.GetValueOrDefault(field) is { } comment)
                    {
                        emitter.Emit(new Comment(comment, isInline: false));
                    }

                    Emit(emitter, key);
                    Emit(emitter, value, field, comments);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray sequence:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, sequence.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in sequence)
                {
                    Emit(emitter, item, path, comments: null);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue when node.GetValueKind() == JsonValueKind.String:
                Emit(emitter, node.GetValue<string>());
                break;
            default:
                // Numbers and truth values read the same in JSON and in YAML.
                Emit(emitter, node?.ToJsonString() ?? "null", ScalarStyle.Plain);
                break;
        }
    }

    private static void Emit(Emitter emitter, string text) =>
        Emit(emitter, text, IsBlock(text) ? ScalarStyle.Literal : IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted);

    private static void Emit(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));

    private static bool IsPlain(string text) => !s_reserved.Contains(text) && Plain().IsMatch(text) && !Exponent().IsMatch(text);

    // An exponent alone is text to YAML, but not to every reader of it.
    [GeneratedRegex(@"\A[Ee][+-]?[0-9.]*\z")]
    private static partial Regex Exponent();

    // Lines for people to read. Where they begin or end with space, what belongs to the text is a matter of indicators: quotes leave no doubt.
    private static bool IsBlock(string text) => text.Contains('\n', StringComparison.Ordinal) && Block().IsMatch(text);

    // Neither empty lines at either end nor lines of nothing but spaces.
    [GeneratedRegex(@"\A[!-~][ -~]*(\n+ *[!-~][ -~]*)*\n?\z")]
    private static partial Regex Block();

    // No text that begins so is read as a number, a date or anything but text.
    [GeneratedRegex(@"\A[A-Za-z/][A-Za-z0-9._/@:=+-]*(?<!:)\z")]
    private static partial Regex Plain();
}
