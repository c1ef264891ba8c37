namespace SidecarAspire.Hosting;

/// <summary>When a node fetches an image.</summary>
public enum ImagePullPolicy
{
    /// <summary>When it does not have it.</summary>
    IfNotPresent,

    /// <summary>At every start.</summary>
    Always,

    /// <summary>Never: the image has been brought there by other means.</summary>
    Never,
}
