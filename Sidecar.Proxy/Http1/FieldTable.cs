using Microsoft.Extensions.Primitives;

namespace Sidecar.Proxy.Http1;

/// <summary>
/// The fields of a message in the order in which they came: an index over the bytes of its head. A field becomes text only when it is asked for; an edit
/// replaces one field and leaves the others as they are.
/// </summary>
internal sealed class FieldTable
{
    private byte[] _bytes = [];
    private Field[] _fields = [];

    /// <summary>How many fields there are.</summary>
    public int Count { get; private set; }

    /// <summary>How often it has begun anew.</summary>
    public int Generation { get; private set; }

    /// <summary>Begins with another message.</summary>
    /// <param name="bytes">What its fields' places are counted in.</param>
    public void Reset(byte[] bytes)
    {
        // Texts of the last message have nothing to do here.
        Array.Clear(_fields, 0, Count);
        (_bytes, Count) = (bytes, 0);
        if (bytes.Length == 0)
            Release();
        Generation++;
    }

    /// <summary>The message's bytes are elsewhere now.</summary>
    /// <param name="bytes">The same bytes at the same places.</param>
    public void Move(byte[] bytes) => _bytes = bytes;

    /// <summary>Whether it still is what came, without an edit.</summary>
    /// <param name="index">The field's place.</param>
    /// <returns>Whether <see cref="Line"/> is right.</returns>
    public bool IsUntouched(int index) => _fields[index].Name is null;

    /// <summary>A field's role.</summary>
    /// <param name="index">The field's place.</param>
    /// <returns>The role.</returns>
    public HeaderRole Role(int index) => _fields[index].Role;

    /// <summary>A field's line with its CRLF, as it came.</summary>
    /// <param name="index">The place of an untouched field.</param>
    /// <returns>Where it is in the bytes of the message.</returns>
    public (int Start, int End) Line(int index) => (_fields[index].NameStart, _fields[index].LineEnd);

    /// <summary>Bytes of the message.</summary>
    /// <param name="start">Where they begin.</param>
    /// <param name="end">Where they end.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> Bytes(int start, int end) => _bytes.AsSpan(start, end - start);

    /// <summary>A field's name.</summary>
    /// <param name="index">The field's place.</param>
    /// <returns>The name.</returns>
    public string Name(int index)
    {
        ref var field = ref _fields[index];
        return field.Name ?? (field.NameText ??= Encoding.ASCII.GetString(_bytes, field.NameStart, field.NameLength));
    }

    /// <summary>A field's value; one that was set may have several, each for a line of its own.</summary>
    /// <param name="index">The field's place.</param>
    /// <returns>The value, one character a byte.</returns>
    public StringValues Value(int index)
    {
        ref var field = ref _fields[index];
        if (field.Name is null && field.Value.Count == 0)
            field.Value = Encoding.Latin1.GetString(_bytes, field.ValueStart, field.ValueLength);
        return field.Value;
    }

    /// <summary>The bytes of a field's value.</summary>
    /// <param name="index">The place of an untouched field.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> RawValue(int index) => _bytes.AsSpan(_fields[index].ValueStart, _fields[index].ValueLength);

    /// <summary>The bytes of a field's name.</summary>
    /// <param name="index">The place of an untouched field.</param>
    /// <returns>The bytes.</returns>
    public ReadOnlySpan<byte> RawName(int index) => _bytes.AsSpan(_fields[index].NameStart, _fields[index].NameLength);

    /// <summary>Finds a field.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <param name="from">Where to begin.</param>
    /// <returns>The place of the first such field, or -1.</returns>
    public int IndexOf(ReadOnlySpan<char> name, int from = 0)
    {
        for (var i = from; i < Count; i++)
        {
            if (IsNamed(in _fields[i], name))
                return i;
        }

        return -1;
    }

    /// <summary>Whether a field has a name.</summary>
    /// <param name="index">The field's place.</param>
    /// <param name="name">The name, in any case.</param>
    /// <returns>Whether it has.</returns>
    public bool IsNamed(int index, ReadOnlySpan<char> name) => IsNamed(in _fields[index], name);

    /// <summary>All values of a field.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <returns>The values; none when there is no such field.</returns>
    public StringValues Get(ReadOnlySpan<char> name)
    {
        var index = IndexOf(name);
        if (index < 0)
            return default;
        var value = Value(index);
        while ((index = IndexOf(name, index + 1)) >= 0)
            value = StringValues.Concat(value, Value(index));
        return value;
    }

    /// <summary>Adds a field that came with the message.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="name">Where its name is.</param>
    /// <param name="value">Where its value is.</param>
    /// <param name="lineEnd">Where the next line begins.</param>
    public void Add(HeaderRole role, (int Start, int Length) name, (int Start, int Length) value, int lineEnd)
    {
        ref var field = ref Next();
        (field.Role, field.NameStart, field.NameLength, field.ValueStart, field.ValueLength, field.LineEnd) = (role, name.Start, name.Length, value.Start, value.Length, lineEnd);
    }

    /// <summary>Adds a field of another message, as it is; its bytes are that message's.</summary>
    /// <param name="other">The other message's fields.</param>
    /// <param name="index">The field's place there.</param>
    public void Add(FieldTable other, int index)
    {
        if (other.IsUntouched(index))
            _bytes = other._bytes;
        Next() = other._fields[index];
    }

    /// <summary>Adds a field behind all others.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    public void Add(string name, StringValues value)
    {
        ref var field = ref Next();
        (field.Role, field.Name, field.Value) = (HeaderRoles.Of(name), name, value);
    }

    /// <summary>Replaces a field, in its place, or adds it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; none removes it.</param>
    public void Set(string name, StringValues value)
    {
        var index = IndexOf(name);
        if (value.Count == 0)
        {
            Remove(name);
            return;
        }

        if (index < 0)
        {
            Add(name, value);
            return;
        }

        Remove(name, index + 1);
        (_fields[index].Name, _fields[index].Value) = (Name(index), value);
    }

    /// <summary>Removes a field, however often it is there.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <param name="from">Where to begin.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(ReadOnlySpan<char> name, int from = 0)
    {
        var kept = from;
        for (var i = from; i < Count; i++)
        {
            if (!IsNamed(in _fields[i], name))
                _fields[kept++] = _fields[i];
        }

        var isRemoved = kept < Count;
        Array.Clear(_fields, kept, Count - kept);
        Count = kept;
        return isRemoved;
    }

    private bool IsNamed(in Field field, ReadOnlySpan<char> name) => field.Name is { } own
        ? name.Equals(own, StringComparison.OrdinalIgnoreCase)
        : field.NameLength == name.Length && Ascii.EqualsIgnoreCase(_bytes.AsSpan(field.NameStart, field.NameLength), name);

    private ref Field Next()
    {
        if (Count == _fields.Length)
            Grow();
        return ref _fields[Count++];
    }

    private void Grow()
    {
        var larger = ArrayPool<Field>.Shared.Rent(Math.Max(16, Count * 2));
        _fields.AsSpan(0, Count).CopyTo(larger);
        Array.Clear(_fields, 0, Count);
        Release();
        _fields = larger;
    }

    // An idle connection has none. What is given back is empty, and so is what is taken.
    private void Release()
    {
        if (_fields.Length > 0)
            ArrayPool<Field>.Shared.Return(_fields);
        _fields = [];
    }

    private struct Field
    {
        public HeaderRole Role;
        public int NameStart;
        public int NameLength;
        public int ValueStart;
        public int ValueLength;
        public int LineEnd;

        // Of a field that was set: it is written from these.
        public string? Name;

        public string? NameText;
        public StringValues Value;
    }
}
