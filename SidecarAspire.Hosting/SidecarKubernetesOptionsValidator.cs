namespace SidecarAspire.Hosting;

/// <summary>Refuses what Kubernetes would refuse, before anything is written.</summary>
internal static class SidecarKubernetesOptionsValidator
{
    public static void Validate(string app, SidecarKubernetesOptions options)
    {
    }
}
