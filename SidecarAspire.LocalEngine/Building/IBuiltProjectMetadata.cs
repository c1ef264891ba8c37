using System.ComponentModel;

namespace Aspire.Hosting;

/// <summary>
/// A project whose program is known, so that it is started itself: <c>dotnet run</c> would not pass a request to stop on to it.
/// This engine's own; Aspire has no such type, and only the build of the app host is to use it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBuiltProjectMetadata : IProjectMetadata
{
    /// <summary>The full path of the assembly that building the project leaves.</summary>
    string TargetPath { get; }
}
