namespace Aspire.Hosting.Dcp;

/// <summary>Where the orchestrator listens.</summary>
internal sealed record DcpServiceStatus
{
    public int? EffectivePort { get; init; }
}
