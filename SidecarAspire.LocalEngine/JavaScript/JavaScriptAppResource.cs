using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.JavaScript;

/// <summary>An application in JavaScript.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="command">The runtime.</param>
/// <param name="workingDirectory">The application's folder.</param>
public class JavaScriptAppResource(string name, string command, string workingDirectory)
    : ExecutableResource(name, command, workingDirectory), IResourceWithServiceDiscovery;
