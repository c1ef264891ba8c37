using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Pipelines;

/// <summary>Where steps write. Folders for output may not exist yet; temporary ones do, and go with the app host.</summary>
public interface IPipelineOutputService
{
    /// <summary>The folder of <c>--output-path</c>, else <c>aspire-output</c> in the folder of the app host.</summary>
    string GetOutputDirectory();

    /// <summary>The folder for what belongs to one resource: named after it, in the output folder.</summary>
    string GetOutputDirectory(IResource resource);

    /// <summary>A folder for what nobody keeps.</summary>
    string GetTempDirectory();

    /// <summary>A folder for what nobody keeps of one resource.</summary>
    string GetTempDirectory(IResource resource);
}
