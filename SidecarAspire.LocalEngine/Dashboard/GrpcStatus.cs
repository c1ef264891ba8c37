namespace Aspire.Hosting.Dashboard;

/// <summary>The gRPC status codes in use here.</summary>
internal enum GrpcStatus
{
    Ok = 0,
    Cancelled = 1,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unauthenticated = 16,
}
