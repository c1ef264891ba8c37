using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Allows headers that neither frame a message nor belong to one hop, with values that end no line.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EditableHeadersAttribute() : ValidationAttribute(
    "names of headers (with one line as value) other than Host, Content-Length, Connection, Transfer-Encoding, Upgrade, TE, Expect, traceparent and whatever else is for one hop or frames the message")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value switch
    {
        IReadOnlyList<string> names => names.All(IsName),
        IReadOnlyDictionary<string, string> headers => headers.All(header => IsName(header.Key) && HttpGrammar.IsFieldValue(header.Value) && header.Value.AsSpan().Trim(" \t").Length == header.Value.Length),
        _ => false,
    };

    private static bool IsName(string name) => HttpGrammar.IsToken(name) && HeaderRoles.Of(name).IsEditable();
}
