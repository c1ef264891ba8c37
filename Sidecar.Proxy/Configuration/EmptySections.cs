using System.Text.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>
/// Finds the sections that are there and hold nothing: <c>"Affinity": {}</c> asks for affinity with its defaults. .NET's own reader makes the
/// same of them as of null, which asks for nothing.
/// </summary>
internal static class EmptySections
{
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Finds them.</summary>
    /// <param name="content">JSON that .NET's reader has accepted.</param>
    /// <returns>Their keys.</returns>
    public static IReadOnlyList<string> Of(ReadOnlyMemory<byte> content)
    {
        // A byte order mark is no JSON to this one.
        using var document = JsonDocument.Parse(content.Span.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? content[3..] : content, Json);
        var found = new List<string>();
        Collect(document.RootElement, null, found);
        return found;
    }

    private static void Collect(JsonElement element, string? path, List<string> found)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
                Collect(property.Value, Join(path, property.Name), found);
            if (path is not null && !element.EnumerateObject().Any())
                found.Add(path);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
                Collect(item, Join(path, index.ToString(System.Globalization.CultureInfo.InvariantCulture)), found);
        }
    }

    private static string Join(string? path, string name) => path is null ? name : $"{path}:{name}";
}
