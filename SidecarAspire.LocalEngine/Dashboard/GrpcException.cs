namespace Aspire.Hosting.Dashboard;

/// <summary>Ends a call with a status other than Ok.</summary>
internal sealed class GrpcException(GrpcStatus status, string message) : Exception(message)
{
    public GrpcStatus Status { get; } = status;
}
