using OpenTelemetry.Resources;

namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>What stands around the records of an export: <c>ResourceSpans</c> or <c>ResourceLogs</c> with the resource and the scope, which are the same each time.</summary>
internal sealed class OtlpEnvelope
{
    private const int ResourceGroup = 1;
    private const int ResourceField = 1;
    private const int ResourceAttributes = 1;
    private const int ScopeGroup = 2;
    private const int Scope = 1;
    private const int ScopeName = 1;

    private readonly byte[] _resource;
    private readonly byte[] _scope;
    private readonly ProtobufWriter _writer = new();

    /// <summary>Encodes what is the same each time.</summary>
    public OtlpEnvelope(Resource resource, string scope)
    {
        var message = _writer.Begin(ResourceField);
        var attributes = new AttributeWriter(_writer, ResourceAttributes);
        foreach (var (name, value) in resource.Attributes)
            attributes.Add(name, value);
        _writer.End(message);
        _resource = _writer.Written.ToArray();
        _writer.Clear();
        message = _writer.Begin(Scope);
        _writer.String(ScopeName, scope);
        _writer.End(message);
        _scope = _writer.Written.ToArray();
    }

    /// <summary>Makes the envelope of a batch. One at a time.</summary>
    /// <param name="length">How long the records are.</param>
    /// <returns>What comes before them; nothing comes after.</returns>
    public byte[] Around(int length)
    {
        var inner = _scope.Length + length;
        _writer.Clear();
        _writer.Open(ResourceGroup, _resource.Length + 1 + ProtobufWriter.SizeOf((ulong)inner) + inner);
        _writer.Append(_resource);
        _writer.Open(ScopeGroup, inner);
        _writer.Append(_scope);
        return _writer.Written.ToArray();
    }
}
