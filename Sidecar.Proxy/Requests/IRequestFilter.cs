namespace Sidecar.Proxy.Requests;

/// <summary>What a concern adds to the pipeline. There is one instance as long as the sidecar runs; what it has counted or learnt lives on across a reload.</summary>
internal interface IRequestFilter
{
    /// <summary>Takes its place, or none, so that features you don't configure cost nothing. Called for each configuration.</summary>
    /// <param name="next">What follows.</param>
    /// <param name="options">The configuration that the pipeline is built for.</param>
    /// <returns>The pipeline from here; <paramref name="next"/> itself when these options ask for nothing.</returns>
    RequestHandler Apply(RequestHandler next, SidecarOptions options);
}
