using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Server;

/// <summary>A message's fields as ASP.NET Core's header dictionary. It holds nothing of its own.</summary>
/// <param name="fields">The fields.</param>
internal sealed class HeaderView(FieldTable fields) : IHeaderDictionary
{
    /// <inheritdoc />
    public long? ContentLength
    {
        get => long.TryParse(fields.Get(HeaderNames.ContentLength).ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
        set => fields.Set(HeaderNames.ContentLength, value?.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc />
    public ICollection<string> Keys => [.. this.Select(static pair => pair.Key)];

    /// <inheritdoc />
    public ICollection<StringValues> Values => [.. this.Select(static pair => pair.Value)];

    /// <inheritdoc />
    public int Count
    {
        get
        {
            var count = 0;
            for (var i = 0; i < fields.Count; i++)
                count += IsFirst(i) ? 1 : 0;
            return count;
        }
    }

    /// <inheritdoc />
    public bool IsReadOnly => false;

    /// <inheritdoc />
    public StringValues this[string key]
    {
        get => fields.Get(key);
        set => fields.Set(key, value);
    }

    StringValues IDictionary<string, StringValues>.this[string key]
    {
        get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no header {key}.");
        set => fields.Set(key, value);
    }

    /// <inheritdoc />
    public void Add(string key, StringValues value)
    {
        if (ContainsKey(key))
            throw new ArgumentException($"There is a header {key} already.", nameof(key));
        fields.Set(key, value);
    }

    /// <inheritdoc />
    public void Add(KeyValuePair<string, StringValues> item) => Add(item.Key, item.Value);

    /// <inheritdoc />
    public void Clear() => fields.Reset([]);

    /// <inheritdoc />
    public bool Contains(KeyValuePair<string, StringValues> item) => TryGetValue(item.Key, out var value) && value == item.Value;

    /// <inheritdoc />
    public bool ContainsKey(string key) => fields.IndexOf(key) >= 0;

    /// <inheritdoc />
    public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex)
    {
        foreach (var pair in this)
            array[arrayIndex++] = pair;
    }

    /// <inheritdoc />
    public bool Remove(string key) => fields.Remove(key);

    /// <inheritdoc />
    public bool Remove(KeyValuePair<string, StringValues> item) => Contains(item) && fields.Remove(item.Key);

    /// <inheritdoc />
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value)
    {
        value = fields.Get(key);
        return value.Count > 0;
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator()
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (IsFirst(i))
                yield return new(fields.Name(i), fields.Get(fields.Name(i)));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool IsFirst(int index) => fields.IndexOf(fields.Name(index)) == index;
}
