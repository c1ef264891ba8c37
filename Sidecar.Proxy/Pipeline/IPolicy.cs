using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Pipeline;

/// <summary>What a concern adds to the way of a request. There is one instance as long as the sidecar runs; what it has counted or learnt lives on across a reload.</summary>
internal interface IPolicy
{
    /// <summary>Takes its place, or none: what is not configured is not on the way and costs nothing. Called for each configuration.</summary>
    /// <param name="next">What follows.</param>
    /// <param name="options">The configuration that the way is built for.</param>
    /// <returns>The way from here; <paramref name="next"/> itself when these options ask for nothing.</returns>
    RequestDelegate Apply(RequestDelegate next, SidecarOptions options);
}
