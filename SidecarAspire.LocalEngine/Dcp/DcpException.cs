using System.Net;

namespace Aspire.Hosting.Dcp;

/// <summary>The orchestrator said no.</summary>
internal sealed class DcpException(string message, HttpStatusCode status) : DistributedApplicationException(message)
{
    public HttpStatusCode Status { get; } = status;
}
