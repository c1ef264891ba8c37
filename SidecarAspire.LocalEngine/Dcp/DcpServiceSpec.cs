namespace Aspire.Hosting.Dcp;

/// <summary>Where the orchestrator is to listen. Without a protocol it never allocates a port and never says so.</summary>
internal sealed record DcpServiceSpec
{
    public required string Protocol { get; init; }

    public required string AddressAllocationMode { get; init; }

    public int? Port { get; init; }
}
