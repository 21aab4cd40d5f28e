// What viewer/build.ts makes.
export declare const viewerTemplate: string
