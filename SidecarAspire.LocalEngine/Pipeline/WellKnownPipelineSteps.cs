namespace Aspire.Hosting.Pipelines;

/// <summary>Steps every pipeline has. One named after a verb does nothing itself: what belongs to the verb is required by it.</summary>
public static class WellKnownPipelineSteps
{
    /// <summary>Writes what a cluster needs.</summary>
    public const string Publish = "publish";

    /// <summary>Comes before the steps of <see cref="Publish"/> that depend on it.</summary>
    public const string PublishPrereq = "publish-prereq";

    /// <summary>Builds images.</summary>
    public const string Build = "build";

    /// <summary>Comes before the steps of <see cref="Build"/> that depend on it.</summary>
    public const string BuildPrereq = "build-prereq";

    /// <summary>Pushes images.</summary>
    public const string Push = "push";

    /// <summary>Comes before <see cref="Push"/>.</summary>
    public const string PushPrereq = "push-prereq";

    /// <summary>Deploys.</summary>
    public const string Deploy = "deploy";

    /// <summary>Comes before the steps of <see cref="Deploy"/> that depend on it.</summary>
    public const string DeployPrereq = "deploy-prereq";

    /// <summary>Makes sure that every parameter has a value.</summary>
    public const string ProcessParameters = "process-parameters";

    /// <summary>Lists the steps and what each of them comes after; writes nothing else.</summary>
    public const string Diagnostics = "diagnostics";
}
