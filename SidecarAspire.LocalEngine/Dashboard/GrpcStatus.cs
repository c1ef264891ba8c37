namespace Aspire.Hosting.Dashboard;

/// <summary>The gRPC status codes in use here.</summary>
internal enum GrpcStatus
{
    Ok = 0,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
