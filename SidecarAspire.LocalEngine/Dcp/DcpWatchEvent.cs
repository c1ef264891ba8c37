namespace Aspire.Hosting.Dcp;

/// <summary>News of a program: it was added, changed or deleted.</summary>
internal sealed record DcpWatchEvent
{
    public required string Type { get; init; }

    public required DcpExecutable Object { get; init; }
}
