using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SidecarAspire.Hosting.Output;

namespace SidecarAspire.Hosting.Tests.Helm;

/// <summary>
/// As much of Helm's template language as the chart uses: values, <c>quote</c>, <c>toYaml | nindent</c>, <c>if</c> with <c>not</c> and
/// <c>eq</c>, and texts. Anything else is an error, so that the chart cannot outgrow what is tested.
/// </summary>
internal static partial class GoTemplate
{
    public static string Render(string template, JsonObject values, string releaseNamespace = "default")
    {
        var text = new StringBuilder();
        var conditions = new Stack<bool>();
        var end = 0;
        foreach (Match action in Action().Matches(template))
        {
            Append(template[end..action.Index]);
            end = action.Index + action.Length;
            var words = Word().Matches(action.Groups["body"].Value).Select(word => word.Value).ToArray();
            if (words is ["if", .. var condition])
            {
                conditions.Push(IsTrue(condition));
            }
            else if (words is ["end"])
            {
                conditions.Pop();
            }
            else
            {
                Append(Value(words));
            }
        }

        Append(template[end..]);
        conditions.ShouldBeEmpty();
        return text.ToString();

        void Append(string piece)
        {
            if (conditions.All(holds => holds))
            {
                text.Append(piece);
            }
        }

        bool IsTrue(string[] condition) => condition switch
        {
            ["not", .. var other] => !IsTrue(other),
            ["eq", var path, var literal] => At(path)!.GetValue<string>() == Literal(literal),
            [var path] => At(path)!.GetValue<bool>(),
            _ => throw Unknown(condition),
        };

        string Value(string[] words) => words switch
        {
            [".Release.Namespace"] => releaseNamespace,
            [['"', ..] literal] => Literal(literal),
            ["toYaml", var path, "|", "nindent", var depth] => NewLineIndent(YamlText.Of(At(path)!), int.Parse(depth, CultureInfo.InvariantCulture)),
            [var path, "|", "quote"] => JsonSerializer.Serialize(At(path)!.GetValue<string>()),
            [var path] => At(path)!.ToJsonString(),
            _ => throw Unknown(words),
        };

        JsonNode? At(string path) => path.Split('.') is ["", "Values", .. var names]
            ? names.Aggregate((JsonNode)values, (node, name) => node[name] ?? throw new InvalidOperationException($"There is no value {path}."))
            : throw Unknown([path]);
    }

    private static string NewLineIndent(string text, int depth) =>
        string.Concat(text.TrimEnd('\n').Split('\n').Select(line => "\n" + new string(' ', depth) + line));

    private static string Literal(string word) => JsonSerializer.Deserialize<string>(word)!;

    private static NotSupportedException Unknown(string[] words) => new($"The chart uses more of Helm's language than is tested: {string.Join(' ', words)}");

    // A hyphen beside the braces takes the white space on its side away.
    [GeneratedRegex(@"(?:\s*\{\{-|\{\{)\s*(?<body>(?:""[^""]*""|[^}])*?)\s*(?:-\}\}\s*|\}\})")]
    private static partial Regex Action();

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Word();
}
