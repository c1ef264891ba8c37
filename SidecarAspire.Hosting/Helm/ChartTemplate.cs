using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SidecarAspire.Hosting.Output;

namespace SidecarAspire.Hosting.Helm;

/// <summary>Writes an object whose values have been lifted as a template.</summary>
internal static class ChartTemplate
{
    /// <summary>What stands in an expression for the function that indents a block, until it is known by how much.</summary>
    public const string IndentFunction = "nindent";

    private const string Indent = "  ";

    /// <summary>The template.</summary>
    /// <param name="tree">The object.</param>
    /// <param name="values">What has been lifted.</param>
    /// <param name="optionalFields">Fields, by the value that stands in them, that are left out unless a condition holds.</param>
    /// <param name="conditions">Conditions without which there is no such object.</param>
    public static string Of(JsonObject tree, ChartValues values, IReadOnlyDictionary<string, string> optionalFields, params string[] conditions)
    {
        var text = new StringBuilder();
        foreach (var condition in conditions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{{{- if {condition} }}}}\n");
        }

        // What is text in the object must not become an expression.
        foreach (var line in YamlText.Of(tree).Replace("{{", "{{ \"{{\" }}", StringComparison.Ordinal).TrimEnd('\n').Split('\n'))
        {
            Append(text, line, values, optionalFields);
        }

        foreach (var _ in conditions)
        {
            text.Append("{{- end }}\n");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string line, ChartValues values, IReadOnlyDictionary<string, string> optionalFields)
    {
        if (values.Expressions.Keys.FirstOrDefault(mark => line.EndsWith(mark, StringComparison.Ordinal)) is not { } mark)
        {
            text.Append(line).Append('\n');
            return;
        }

        var depth = line.Length - line.TrimStart(' ', '-').Length + Indent.Length;
        var expression = values.Expressions[mark].Replace(IndentFunction, string.Create(CultureInfo.InvariantCulture, $"{IndentFunction} {depth}"), StringComparison.Ordinal);
        var field = line[..^mark.Length] + expression;
        text.Append(optionalFields.TryGetValue(expression, out var condition) ? $"{Indent}{{{{- if {condition} }}}}\n{field}\n{Indent}{{{{- end }}}}\n" : $"{field}\n");
    }
}
