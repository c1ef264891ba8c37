using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dcp;

/// <summary>Marks the resource that is the dashboard itself; its program is the bundle's.</summary>
internal sealed class DashboardProgramAnnotation : IResourceAnnotation;
