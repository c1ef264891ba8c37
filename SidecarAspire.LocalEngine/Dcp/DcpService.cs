namespace Aspire.Hosting.Dcp;

/// <summary>A port at which the orchestrator listens on behalf of a program.</summary>
internal sealed record DcpService
{
    public string ApiVersion { get; init; } = DcpApi.Version;

    public string Kind { get; init; } = "Service";

    public required DcpMetadata Metadata { get; init; }

    public required DcpServiceSpec Spec { get; init; }

    public DcpServiceStatus? Status { get; init; }
}
