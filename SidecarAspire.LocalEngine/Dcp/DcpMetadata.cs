namespace Aspire.Hosting.Dcp;

/// <summary>Name and annotations of an object of the orchestrator.</summary>
internal sealed record DcpMetadata
{
    public required string Name { get; init; }

    public Dictionary<string, string> Annotations { get; init; } = [];
}
