using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sidecar.Proxy.Configuration.Istio;

/// <summary>
/// Reads YAML as Kubernetes' tools write it, keeping the lines. YamlDotNet parses; its object models are left aside because they need
/// reflection, follow aliases into any number of copies, and go as deep as the stack does.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 50;

    private readonly Parser _parser;

    private YamlReader(string text) => _parser = new(new StringReader(text));

    /// <summary>Reads all documents of a file.</summary>
    /// <returns>The root of each document that is not empty.</returns>
    /// <exception cref="YamlFormatException">It cannot be read.</exception>
    public static IReadOnlyList<YamlNode> Read(string text)
    {
        var reader = new YamlReader(text);
        try
        {
            return [.. reader.Documents()];
        }
        catch (YamlException exception)
        {
            throw new YamlFormatException(exception.Start.Line, exception.Message.ReplaceLineEndings(" "));
        }
        catch (Exception exception) when (exception is not YamlFormatException)
        {
            // YamlDotNet has exceptions of .NET's for some of what cannot be: a bracket in a bare word, a tag that is no URI.
            throw new YamlFormatException(reader._parser.Current?.End.Line ?? 1, "there is something near here that cannot be there");
        }
    }

    private IEnumerable<YamlNode> Documents()
    {
        while (_parser.MoveNext())
        {
            if (_parser.Current is not DocumentStart)
                continue;
            _parser.MoveNext();
            if (Node(0) is { IsNull: false } root)
                yield return root;
        }
    }

    /// <summary>Reads the value that begins at the current event, and stops at its last one.</summary>
    private YamlNode Node(int depth)
    {
        var line = _parser.Current!.Start.Line;
        if (depth > MaxDepth)
            throw new YamlFormatException(line, $"it is nested more than {MaxDepth} deep");
        if (_parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            throw new YamlFormatException(line, "anchors and aliases are not read");
        return _parser.Current switch
        {
            Scalar scalar => new(line, IsNull(scalar) ? null : scalar.Value),
            SequenceStart => new(line, null, Items: Items(depth)),
            MappingStart => new(line, null, Fields: Fields(depth)),
            _ => throw new YamlFormatException(line, "there is no value"),
        };
    }

    private List<YamlNode> Items(int depth)
    {
        var items = new List<YamlNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
            items.Add(Node(depth + 1));
        return items;
    }

    private Dictionary<string, YamlNode> Fields(int depth)
    {
        var fields = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            if (_parser.Current is not Scalar key)
                throw new YamlFormatException(_parser.Current!.Start.Line, "a key is not a word");
            var line = key.Start.Line;
            _parser.MoveNext();
            // The line of the key is where people look, even if the value begins below it.
            if (!fields.TryAdd(key.Value, Node(depth + 1) with { Line = line }))
                throw new YamlFormatException(line, $"'{key.Value}' is there twice");
        }

        return fields;
    }

    private static bool IsNull(Scalar scalar) => scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" or "Null" or "NULL" };
}

/// <summary>A value in a YAML document, and where it stands: a scalar, a sequence, a mapping, or nothing.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text">The scalar, or null.</param>
/// <param name="Items">The sequence's items, or null.</param>
/// <param name="Fields">The mapping's entries, or null.</param>
internal sealed record YamlNode(long Line, string? Text, IReadOnlyList<YamlNode>? Items = null, IReadOnlyDictionary<string, YamlNode>? Fields = null)
{
    /// <summary>Whether it is null, which is as good as not being there.</summary>
    public bool IsNull => Text is null && Items is null && Fields is null;
}

/// <summary>A text is not YAML, or more of YAML than is read here.</summary>
/// <param name="line">The line, from 1.</param>
/// <param name="message">What is wrong.</param>
internal sealed class YamlFormatException(long line, string message) : Exception(message)
{
    /// <summary>The line, from 1.</summary>
    public long Line { get; } = line;
}
