using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SidecarAspire.Hosting.Helm;

/// <summary>
/// What whoever installs the chart may set. A value is lifted out of an object of the plain manifests, which makes it the default, and
/// leaves a mark in its place that <see cref="ChartTemplate"/> turns into an expression: so chart and manifests are of one source.
/// </summary>
internal sealed class ChartValues
{
    private readonly Dictionary<string, string> _expressions = new(StringComparer.Ordinal);
    private readonly List<(string Path, JsonObject Schema)> _schemas = [];

    /// <summary>The defaults.</summary>
    public JsonObject Defaults { get; } = [];

    /// <summary>The expressions by their marks.</summary>
    public IReadOnlyDictionary<string, string> Expressions => _expressions;

    /// <summary>What each value may be, by its path.</summary>
    public IEnumerable<(string Path, JsonObject Schema)> Schemas => _schemas;

    /// <summary>What each value is for, by its path.</summary>
    public IReadOnlyDictionary<string, string> Descriptions => _schemas.ToDictionary(value => value.Path, value => value.Schema["description"]!.GetValue<string>());

    /// <summary>Adds a value that templates ask for.</summary>
    /// <param name="path">The value's path.</param>
    /// <param name="value">The default.</param>
    /// <param name="schema">What it may be.</param>
    public void Add(string path, JsonNode value, JsonObject schema)
    {
        var names = path.Split('.');
        var parent = Defaults;
        foreach (var name in names[..^1])
        {
            parent = (JsonObject)(parent[name] ??= new JsonObject());
        }

        if (parent[names[^1]] is { } other)
        {
            if (!JsonNode.DeepEquals(other, value))
            {
                throw new InvalidOperationException($"Two places give different defaults for the value {path}.");
            }

            return;
        }

        parent[names[^1]] = value.DeepClone();
        _schemas.Add((path, schema));
    }

    /// <summary>Lifts a field, if the object has it.</summary>
    /// <param name="parent">What it is a field of; null when there is no such thing.</param>
    /// <param name="field">The field.</param>
    /// <param name="path">The value's path.</param>
    /// <param name="schema">What it may be.</param>
    public void Lift(JsonObject? parent, string field, string path, JsonObject schema)
    {
        if (parent?[field] is not { } node)
        {
            return;
        }

        Add(path, node, schema);
        var mark = string.Create(CultureInfo.InvariantCulture, $"helm-value-{_expressions.Count}-");
        _expressions[mark] = node switch
        {
            JsonObject or JsonArray => $"{{{{- toYaml .Values.{path} | {ChartTemplate.IndentFunction} }}}}",
            _ when node.GetValueKind() == JsonValueKind.String => $"{{{{ .Values.{path} | quote }}}}",
            _ => $"{{{{ .Values.{path} }}}}",
        };
        parent[field] = mark;
    }
}
