using System.Globalization;
using System.Text.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>Finds what .NET's reader of JSON cannot tell from null: a section that is there and has all of its defaults.</summary>
internal static class EmptySections
{
    private static readonly JsonDocumentOptions AsTheReaderDoes = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Finds the keys of all empty objects.</summary>
    /// <param name="json">A document that can be read.</param>
    /// <returns>The keys.</returns>
    public static IReadOnlyList<string> Of(byte[] json)
    {
        using var document = JsonDocument.Parse(WithoutMark(json), AsTheReaderDoes);
        var keys = new List<string>();
        Find(document.RootElement, "", keys);
        return keys;
    }

    private static void Find(JsonElement element, string key, List<string> keys)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, item) in element.EnumerateArray().Index())
                Find(item, $"{key}:{index.ToString(CultureInfo.InvariantCulture)}", keys);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            var isEmpty = true;
            foreach (var property in element.EnumerateObject())
            {
                isEmpty = false;
                Find(property.Value, key.Length == 0 ? property.Name : $"{key}:{property.Name}", keys);
            }

            if (isEmpty && key.Length > 0)
                keys.Add(key);
        }
    }

    /// <summary>The mark that some editors begin a file with is not JSON.</summary>
    private static ReadOnlyMemory<byte> WithoutMark(byte[] json) => json.AsSpan().StartsWith("\uFEFF"u8) ? json.AsMemory(3) : json;
}
