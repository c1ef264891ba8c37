using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting;

/// <summary>A sidecar as the container it is published as, for what Aspire does with containers alone.</summary>
/// <param name="sidecar">The sidecar.</param>
internal sealed class SidecarContainer(SidecarResource sidecar) : ContainerResource(sidecar.Name)
{
    /// <inheritdoc />
    public override ResourceAnnotationCollection Annotations => sidecar.Annotations;
}
